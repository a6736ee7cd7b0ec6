using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Samples.Tests.Snippets.CustomLayer;

public sealed class MemoryHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(new InMemoryImageProvider(clock));
}
