using ImageStorage.Hybrid.Tests.Conformance;

namespace ImageStorage.Hybrid.Tests.Layers;

public sealed class FolderLayerHarness() : LayerHarness(new FolderPart());
