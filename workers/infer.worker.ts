import { InferService } from '../src/jobs/infer-service';
import { serve } from '../src/protocol/connect';

serve(new InferService());
