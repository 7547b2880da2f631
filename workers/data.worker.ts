import { DataService } from '../src/jobs/services/data-service';
import { serve } from '../src/protocol/serve';

serve(new DataService());
