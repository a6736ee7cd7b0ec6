using ImageStorage.Hybrid.Tests.Conformance;

namespace ImageStorage.Hybrid.Tests.Layers;

public sealed class DatabaseLayerHarness() : LayerHarness(new DatabasePart(Durability.Relaxed));
