namespace ImageStorage.AzureBlob;

/// <summary>Counts the attempts of one request. Thread-safe.</summary>
internal sealed class AttemptCount
{
    private int _sent;

    /// <summary>Gets a value that indicates whether an earlier attempt may have taken effect.</summary>
    public bool WasRepeated => Volatile.Read(ref _sent) > 1;

    /// <summary>Counts an attempt.</summary>
    public void Add() => Interlocked.Increment(ref _sent);
}
