import { DataService } from '../src/jobs/data-service';
import { serve } from '../src/protocol/serve';

serve(new DataService());
