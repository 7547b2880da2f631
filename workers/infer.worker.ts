import { InferService } from '../src/jobs/services/infer-service';
import { serve } from '../src/protocol/serve';
import { openDatabase } from '../src/storage/database';

serve(new InferService(openDatabase()));
