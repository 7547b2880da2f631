import { DataService } from '../src/jobs/data-service';
import { serve } from '../src/protocol/connect';

serve(new DataService());
