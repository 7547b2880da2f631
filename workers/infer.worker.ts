import { InferService } from '../src/jobs/infer-service';
import { serve } from '../src/protocol/serve';

serve(new InferService());
