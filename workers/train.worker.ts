import { TrainService } from '../src/jobs/services/train-service';
import { serve } from '../src/protocol/serve';
import { askForThread } from '../src/protocol/thread-request';
import { openDatabase } from '../src/storage/database';

serve(new TrainService(openDatabase(), askForThread));
