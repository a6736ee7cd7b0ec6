using System.Globalization;
using Microsoft.Extensions.Options;

namespace ImageStorage.Caching;

/// <summary>Checks the options of a cache; each message names the setting, its value and the remedy.</summary>
internal sealed class CacheOptionsValidator : IValidateOptions<CacheOptions>
{
    private const long LeastMemory = 64L << 10;

    // The memory is divided into units of 1 KiB when the cache is made, with nine bytes of bookkeeping each.
    private const long MostMemory = 64L << 30;
    private const long LeastDisk = 1L << 20;
    private const long MostDisk = 1L << 50;

    // What all of the servers that people use take; a record comes on top.
    private const long MostDistributedItem = 256L << 20;

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
        if (memory.SizeLimitBytes is < LeastMemory or > MostMemory)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.SizeLimitBytes is {memory.SizeLimitBytes}: set it to the most bytes of images to keep in memory, {LeastMemory} to {MostMemory}, or leave the cache out.");
        }

        if (memory.MaxItemBytes is { } most && (most < 1 || most > memory.SizeLimitBytes))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Memory.MaxItemBytes is {most}: set it to 1 to Cache.Memory.SizeLimitBytes ({memory.SizeLimitBytes}), or to nothing for a tenth of that.");
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
            yield return $"Cache.Expiration is {options.Expiration}: set it to how long an image may stay in the cache, more than zero.";
        }

        if (options.RevalidateAfter < TimeSpan.Zero && options.RevalidateAfter != Timeout.InfiniteTimeSpan)
        {
            yield return $"Cache.RevalidateAfter is {options.RevalidateAfter}: set it to zero or more, or to {Timeout.InfiniteTimeSpan} for never.";
        }
    }

    private static IEnumerable<string> FailuresOf(DiskTierOptions disk)
    {
        if (disk.Path is not null && (string.IsNullOrWhiteSpace(disk.Path) || disk.Path.Any(char.IsControl)))
        {
            yield return $"Cache.Disk.Path {(string.IsNullOrWhiteSpace(disk.Path) ? $"is '{disk.Path}'" : "contains a line break or another control character")}: set it to a folder for the cache alone, such as data/cache, or to nothing for no disk tier.";
        }

        if (disk.SizeLimitBytes is < LeastDisk or > MostDisk)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Disk.SizeLimitBytes is {disk.SizeLimitBytes}: set it to the most bytes of the folder, {LeastDisk} to {MostDisk}, or Cache.Disk.Path to nothing for no disk tier.");
        }

        if (disk.MaxItemBytes is { } most && (most < 1 || most > disk.SizeLimitBytes))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Disk.MaxItemBytes is {most}: set it to 1 to Cache.Disk.SizeLimitBytes ({disk.SizeLimitBytes}), or to nothing for a tenth of that.");
        }

        if (!Enum.IsDefined(disk.Eviction))
        {
            yield return $"Cache.Disk.Eviction is {disk.Eviction}: set it to {string.Join(" or ", Enum.GetNames<EvictionPolicy>())}.";
        }
    }

    private static IEnumerable<string> FailuresOf(DistributedTierOptions distributed)
    {
        if (distributed.MaxItemBytes is < 1 or > MostDistributedItem)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Cache.Distributed.MaxItemBytes is {distributed.MaxItemBytes}: set it to the most bytes of an image that is kept there, 1 to {MostDistributedItem}.");
        }

        if (distributed.Timeout <= TimeSpan.Zero || distributed.Timeout > TimeSpan.FromMinutes(1))
        {
            yield return $"Cache.Distributed.Timeout is {distributed.Timeout}: set it to how long a call may take, more than zero and up to a minute.";
        }

        if (string.IsNullOrWhiteSpace(distributed.Prefix) || distributed.Prefix.Any(char.IsControl))
        {
            yield return $"Cache.Distributed.Prefix {(string.IsNullOrWhiteSpace(distributed.Prefix) ? $"is '{distributed.Prefix}'" : "contains a line break or another control character")}: set it to what the names of the entries begin with.";
        }
    }
}
