using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Distributed;
using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Caching;

/// <summary>The tiers of a cache, from the fastest on, and the fills that bring images into them.</summary>
/// <param name="Memory">The tier in memory.</param>
/// <param name="Disk">The tier on disk; null when there is none.</param>
/// <param name="Distributed">The tier in a distributed cache; null when there is none.</param>
/// <param name="Fills">The fills under way.</param>
internal sealed record CacheTiers(IMemoryTier Memory, DiskTier? Disk, DistributedTier? Distributed, FillTable Fills) : IDisposable
{
    public static CacheTiers Create(IImageProvider provider, CacheOptions options, TimeSpan revalidateAfter, TimeProvider clock, CacheServices services)
    {
        var logger = (services.Logging ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Caching");
        var store = IdentityOf(provider, services.StoreName);
        var memory = MemoryTiers.Create(options, clock, services.Memory);
        var disk = options.Disk.Path is null ? null : new DiskTier(options.Disk, options.Expiration, store, clock, logger);
        var distributed = options.Distributed.Enabled
            ? new DistributedTier(
                services.Distributed ?? throw new InvalidOperationException(CacheServices.NoDistributed),
                options.Distributed,
                options.Expiration,
                revalidateAfter,
                store,
                clock,
                logger)
            : null;
        return new CacheTiers(memory, disk, distributed, new FillTable(memory, disk));
    }

    /// <summary>Takes an image out of all tiers, as it was written: whoever begins to read it when this has returned gets nothing that is older.</summary>
    public ValueTask InvalidateAsync(ImageKey key)
    {
        // What decides is done at once and in memory; files and servers may be slow, or not there.
        Distributed?.Distrust(key);
        Fills.Invalidate(key);
        Disk?.Clean();
        return Distributed?.RemoveAsync(key) ?? ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Fills.Close();
        Memory.Dispose();
        Disk?.Dispose();
    }

    public override string ToString() => string.Join('+', new[] { nameof(Memory), Disk is null ? null : nameof(Disk), Distributed is null ? null : nameof(Distributed) }.Where(name => name is not null));

    /// <summary>What tells this store from others that use the same folder or server: where it is, or its name where it does not say.</summary>
    private static ulong IdentityOf(IImageProvider provider, string name)
    {
        var locations = provider.GetAbility<IStoreLocationProvider>()?.Locations ?? [];
        var identity = locations.Count > 0 ? string.Join('\n', locations.Select(Path.TrimEndingDirectorySeparator)) : $"{provider.Name}\n{name}";
        return BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(identity)));
    }
}
