import { serveGpu } from './train-webgpu-messages';
import { OurPeer } from './train-webgpu-ours';

serveGpu(new OurPeer());
