using System.Globalization;

namespace ImageStorage.Failover;

/// <summary>
/// The providers of a chain that one call could not use, with their failures. Created when the first one fails.
/// </summary>
/// <param name="names">The names of all providers, the primary's first.</param>
internal sealed class ProviderFailures(IReadOnlyList<string> names)
{
    private readonly StorageUnavailableException?[] _failures = new StorageUnavailableException?[names.Count];

    public StorageUnavailableException? this[int position] => _failures[position];

    public bool AreAll => !_failures.Contains(null);

    public bool AreNone => Array.TrueForAll(_failures, failure => failure is null);

    /// <summary>Gets a value that indicates whether the same call may succeed later.</summary>
    public bool AreTransient => Array.Exists(_failures, failure => failure is { IsTransient: true });

    /// <summary>Gets all failures, each after the number and the name of its provider.</summary>
    public string Description => string.Join(" ", _failures.Select((failure, position) => (failure, position)).Where(failed => failed.failure is not null)
        .Select(failed => string.Create(CultureInfo.InvariantCulture, $"{failed.position + 1}. {WithName(names[failed.position], failed.failure!.Message)}")));

    public Exception? Cause => _failures.OfType<StorageUnavailableException>().ToList() is { Count: > 1 } several ? new AggregateException(several) : _failures.FirstOrDefault(failure => failure is not null);

    // Most providers begin their messages with their name.
    private static string WithName(string name, string message) => message.StartsWith($"{name}: ", StringComparison.Ordinal) ? message : $"{name}: {message}";

    /// <summary>Adds a failure. The first failure of a provider is the one that is reported.</summary>
    public void Add(int position, StorageUnavailableException failure) => _failures[position] ??= failure;
}
