using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Caching;

/// <summary>Validates the options of a cache. Each message names the setting, the value and the remedy.</summary>
internal sealed class CacheOptionsValidator : IValidateOptions<CacheOptions>
{
    private const long MinMemory = 64L << 10;

    // The memory is divided into units of 1 KiB when the cache is created, with nine bytes of bookkeeping each.
    private const long MaxMemory = 64L << 30;
    private const long MinDisk = 1L << 20;
    private const long MaxDisk = 1L << 50;

    // All widely used servers accept this length; a record comes on top.
    private const long MaxDistributedItem = 256L << 20;

    public ValidateOptionsResult Validate(string? name, CacheOptions options) =>
        Failures(options).ToList() is { Count: > 0 } failures ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;

    public static void ThrowIfInvalid(CacheOptions options)
    {
        if (Failures(options).ToList() is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(CacheOptions), typeof(CacheOptions), failures);
        }
    }

    private static IEnumerable<string> Failures(CacheOptions options)
    {
        var memory = options.Memory;
        if (memory.SizeLimitBytes is < MinMemory or > MaxMemory)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.SizeLimitBytes is {memory.SizeLimitBytes}: set it to the maximum number of bytes of images in memory, {MinMemory} to {MaxMemory}, or remove the cache.");
        }

        if (memory.MaxItemBytes is { } max && (max < 1 || max > memory.SizeLimitBytes))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.MaxItemBytes is {max}: set it to 1 to Cache.Memory.SizeLimitBytes ({memory.SizeLimitBytes}), or null for a tenth of the limit.");
        }

        if (!Enum.IsDefined(memory.Eviction))
        {
            yield return $"Cache.Memory.Eviction is {memory.Eviction}: set it to {string.Join(" or ", Enum.GetNames<EvictionPolicy>())}.";
        }

        if (!Enum.IsDefined(memory.Store))
        {
            yield return $"Cache.Memory.Store is {memory.Store}: set it to {string.Join(" or ", Enum.GetNames<MemoryStore>())}.";
        }

        foreach (var failure in FailuresOf(options.Disk).Concat(FailuresOf(options.Distributed)))
        {
            yield return failure;
        }

        if (options.Expiration <= TimeSpan.Zero)
        {
            yield return $"Cache.Expiration is {options.Expiration}: set it to the maximum time that an image stays in the cache, more than zero.";
        }

        if (options.RevalidateAfter < TimeSpan.Zero && options.RevalidateAfter != Timeout.InfiniteTimeSpan)
        {
            yield return $"Cache.RevalidateAfter is {options.RevalidateAfter}: set it to zero or more, or {Timeout.InfiniteTimeSpan} for never.";
        }
    }

    private static IEnumerable<string> FailuresOf(DiskTierOptions disk)
    {
        if (disk.Path is not null && (string.IsNullOrWhiteSpace(disk.Path) || disk.Path.Any(char.IsControl)))
        {
            yield return $"Cache.Disk.Path {(string.IsNullOrWhiteSpace(disk.Path) ? $"is '{disk.Path}'" : "contains a line break or another control character")}: set it to a folder for the cache alone, such as data/cache, or null for no disk tier.";
        }

        if (disk.SizeLimitBytes is < MinDisk or > MaxDisk)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Disk.SizeLimitBytes is {disk.SizeLimitBytes}: set it to the maximum number of bytes in the folder, {MinDisk} to {MaxDisk}, or set Cache.Disk.Path to null for no disk tier.");
        }

        if (disk.MaxItemBytes is { } max && (max < 1 || max > disk.SizeLimitBytes))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Disk.MaxItemBytes is {max}: set it to 1 to Cache.Disk.SizeLimitBytes ({disk.SizeLimitBytes}), or null for a tenth of the limit.");
        }

        if (!Enum.IsDefined(disk.Eviction))
        {
            yield return $"Cache.Disk.Eviction is {disk.Eviction}: set it to {string.Join(" or ", Enum.GetNames<EvictionPolicy>())}.";
        }
    }

    private static IEnumerable<string> FailuresOf(DistributedTierOptions distributed)
    {
        if (distributed.MaxItemBytes is < 1 or > MaxDistributedItem)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Distributed.MaxItemBytes is {distributed.MaxItemBytes}: set it to the maximum number of bytes of an image in the distributed cache, 1 to {MaxDistributedItem}.");
        }

        if (distributed.Timeout <= TimeSpan.Zero || distributed.Timeout > TimeSpan.FromMinutes(1))
        {
            yield return $"Cache.Distributed.Timeout is {distributed.Timeout}: set it to the timeout of a call, more than zero and up to one minute.";
        }

        if (string.IsNullOrWhiteSpace(distributed.Prefix) || distributed.Prefix.Any(char.IsControl))
        {
            yield return $"Cache.Distributed.Prefix {(string.IsNullOrWhiteSpace(distributed.Prefix) ? $"is '{distributed.Prefix}'" : "contains a line break or another control character")}: set it to the first part of the names of all entries.";
        }
    }
}
