using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.InMemory;

public sealed class InMemoryHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => ValueTask.FromResult<IImageProvider>(new InMemoryImageProvider(clock));
}
