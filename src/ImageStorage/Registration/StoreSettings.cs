using ImageStorage.Caching;
using ImageStorage.Failover;
using ImageStorage.Management;
using ImageStorage.Mirroring;
using ImageStorage.Transactions;
using ImageStorage.Validation;

namespace ImageStorage.Registration;

/// <summary>The settings that stand directly in the configuration of a store.</summary>
internal static class StoreSettings
{
    public static void Read(SettingsReader reader, ImageStorageOptions options)
    {
        reader.Accept(
            ConfiguredProviders.PrimarySetting,
            ConfiguredProviders.OrderList,
            ConfiguredProviders.ProvidersSection,
            FailoverSettings.List,
            FailoverSettings.Feature.Section,
            MirrorSettings.Name,
            MirrorSettings.Feature.Section,
            CacheSettings.Feature.Section,
            TransactionSettings.Feature.Section);
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
