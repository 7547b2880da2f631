import { TrainService } from '../src/jobs/train-service';
import { serve } from '../src/protocol/serve';

serve(new TrainService());
