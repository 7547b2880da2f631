import { TrainService } from '../src/jobs/train-service';
import { serve } from '../src/protocol/serve';
import { askForThread } from '../src/protocol/thread-request';

serve(new TrainService(askForThread));
