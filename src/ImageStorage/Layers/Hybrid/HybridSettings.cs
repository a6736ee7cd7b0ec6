using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The settings of a hybrid provider in the configuration.</summary>
internal static class HybridSettings
{
    public const string Catalog = "Catalog";
    public const string Content = "Content";

    public static void Read(SettingsReader reader, HybridStorageOptions options)
    {
        reader.Bytes(nameof(options.InlineLimit), value => options.InlineLimit = value);
        reader.Time(nameof(options.OrphanGrace), value => options.OrphanGrace = value);
        reader.TimeOrNone(nameof(options.SweepInterval), value => options.SweepInterval = value);
    }
}
