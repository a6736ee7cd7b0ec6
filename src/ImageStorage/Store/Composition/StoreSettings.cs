using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>Reads the settings that are directly in the configuration of a store.</summary>
internal static class StoreSettings
{
    /// <summary>Reads the settings of the store itself; the settings of features are read by the features.</summary>
    public static Action<SettingsReader, ImageStorageOptions> ReaderFor(IReadOnlyList<IStoreFeature> features) => (reader, options) => Read(reader, options, features);

    private static void Read(SettingsReader reader, ImageStorageOptions options, IReadOnlyList<IStoreFeature> features)
    {
        reader.Accept(
            ConfiguredProviders.PrimarySetting,
            ConfiguredProviders.OrderList,
            ConfiguredProviders.ProvidersSection);
        reader.Accept([.. features.SelectMany(feature => feature.Settings)]);
        reader.Choice<ContentIdentity>(nameof(options.Identity), value => options.Identity = value);
        reader.Section(nameof(options.Validation), validation => Read(validation, options.Validation));
    }

    private static void Read(SettingsReader reader, ValidationOptions options)
    {
        reader.Bytes(nameof(options.MaxLength), value => options.MaxLength = value);
        reader.Bytes(nameof(options.MaxPixels), value => options.MaxPixels = value);
        reader.Count(nameof(options.MaxHeaderLength), value => options.MaxHeaderLength = value);
        reader.List(nameof(options.AllowedContentTypes), value => options.AllowedContentTypes = [.. value], optional: true);
    }
}
