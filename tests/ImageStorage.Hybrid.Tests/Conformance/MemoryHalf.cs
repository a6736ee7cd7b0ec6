using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>Memory as one half of a hybrid store.</summary>
public sealed class MemoryHalf : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(new InMemoryImageProvider(clock));
}
