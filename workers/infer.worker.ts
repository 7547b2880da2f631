import { InferService } from '../src/jobs/services/infer-service';
import { serve } from '../src/protocol/serve';

serve(new InferService());
