using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Caching;

/// <summary>
/// The section <c>Cache</c> in the configuration of a store. The store has a cache if the section exists.
/// </summary>
internal static class CacheSettings
{
    public static OptionsSection<CacheOptions> Section { get; } = new("Cache", Read, new CacheOptionsValidator());

    private static void Read(SettingsReader reader, CacheOptions options)
    {
        reader.Section(nameof(options.Memory), part => ReadMemory(part, options.Memory));
        reader.Section(nameof(options.Disk), part => ReadDisk(part, options.Disk));
        reader.Section(nameof(options.Distributed), part => ReadDistributed(part, options.Distributed));
        reader.Time(nameof(options.Expiration), value => options.Expiration = value);
        reader.TimeOrNever(nameof(options.RevalidateAfter), value => options.RevalidateAfter = value);
    }

    private static void ReadMemory(SettingsReader reader, MemoryTierOptions memory)
    {
        reader.Bytes(nameof(memory.SizeLimitBytes), value => memory.SizeLimitBytes = value);
        reader.Bytes(nameof(memory.MaxItemBytes), value => memory.MaxItemBytes = value, optional: true);
        reader.Choice<MemoryStore>(nameof(memory.Store), value => memory.Store = value);
        reader.Choice<EvictionPolicy>(nameof(memory.Eviction), value => memory.Eviction = value);
    }

    private static void ReadDisk(SettingsReader reader, DiskTierOptions disk)
    {
        reader.Text(nameof(disk.Path), value => disk.Path = value, optional: true);
        reader.Bytes(nameof(disk.SizeLimitBytes), value => disk.SizeLimitBytes = value);
        reader.Bytes(nameof(disk.MaxItemBytes), value => disk.MaxItemBytes = value, optional: true);
        reader.Choice<EvictionPolicy>(nameof(disk.Eviction), value => disk.Eviction = value);
    }

    private static void ReadDistributed(SettingsReader reader, DistributedTierOptions distributed)
    {
        reader.Switch(nameof(distributed.Enabled), value => distributed.Enabled = value);
        reader.Bytes(nameof(distributed.MaxItemBytes), value => distributed.MaxItemBytes = value);
        reader.Time(nameof(distributed.Timeout), value => distributed.Timeout = value);
        reader.Text(nameof(distributed.Prefix), value => distributed.Prefix = value);
    }
}
