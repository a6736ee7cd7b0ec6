using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory as one part of a hybrid store.</summary>
public sealed class MemoryPart : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(new InMemoryImageProvider(clock));
}
