import { serveGpu } from './train-webgpu-messages';
import { StockPeer } from './train-webgpu-stock';

serveGpu(new StockPeer());
