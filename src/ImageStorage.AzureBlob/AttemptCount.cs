namespace ImageStorage.AzureBlob;

/// <summary>How often one request was sent.</summary>
internal sealed class AttemptCount
{
    private int _sent;

    /// <summary>May an earlier attempt have had its effect?</summary>
    public bool WasRepeated => Volatile.Read(ref _sent) > 1;

    public void Add() => Interlocked.Increment(ref _sent);
}
