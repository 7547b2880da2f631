import { DataService } from '../src/jobs/services/data-service';
import { serve } from '../src/protocol/serve';
import { openDatabase } from '../src/storage/database';

serve(new DataService(openDatabase()));
