using System.Globalization;

namespace ImageStorage.Failover;

/// <summary>Which providers of a chain one call could not use, and why; made only once one has failed.</summary>
/// <param name="names">The names of all, the primary first.</param>
internal sealed class ProviderFailures(IReadOnlyList<string> names)
{
    private readonly StorageUnavailableException?[] _failures = new StorageUnavailableException?[names.Count];

    public StorageUnavailableException? this[int position] => _failures[position];

    public bool AreAll => !_failures.Contains(null);

    public bool AreNone => Array.TrueForAll(_failures, failure => failure is null);

    /// <summary>May the same call succeed later by itself?</summary>
    public bool AreTransient => Array.Exists(_failures, failure => failure is { IsTransient: true });

    /// <summary>All causes, each behind the place and the name of its provider.</summary>
    public string Told => string.Join(" ", _failures.Select((failure, position) => (failure, position)).Where(failed => failed.failure is not null)
        .Select(failed => string.Create(CultureInfo.InvariantCulture, $"{failed.position + 1}. {names[failed.position]}: {failed.failure!.Message}")));

    public Exception? Cause => _failures.OfType<StorageUnavailableException>().ToList() is { Count: > 1 } several ? new AggregateException(several) : _failures.FirstOrDefault(failure => failure is not null);

    /// <summary>Notes a failure; the first of a provider is the one that is told.</summary>
    public void Add(int position, StorageUnavailableException failure) => _failures[position] ??= failure;
}
