using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

public static class DictionaryBuilderExtensions
{
    private static readonly ProviderType<DictionaryStorageOptions> Type = new(
        "Dictionary",
        (reader, options) => reader.Bytes(nameof(options.Capacity), value => options.Capacity = value),
        (services, options) => new DictionaryImageProvider(options, services.GetService<TimeProvider>() ?? TimeProvider.System),
        new DictionaryStorageOptionsValidator());

    public static ImageStorageBuilder UseDictionary(this ImageStorageBuilder builder, Action<DictionaryStorageOptions>? configure = null) =>
        builder.UseProvider(Type, configure ?? (_ => { }));

    public static ImageStorageBuilder AddDictionaryProvider(this ImageStorageBuilder builder) => builder.AddProviderType(Type);
}
