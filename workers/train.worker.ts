import { TrainService } from '../src/jobs/train-service';
import { serve } from '../src/protocol/connect';

serve(new TrainService());
