using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

public sealed class DictionaryHarness : ProviderHarness
{
    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(new DictionaryImageProvider(new DictionaryStorageOptions(), clock));
}
