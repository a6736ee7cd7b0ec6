namespace ImageStorage.AzureBlob;

/// <summary>Counts the attempts of one request. Thread-safe.</summary>
/// <param name="limit">The number of attempts after which the request fails.</param>
internal sealed class AttemptCount(int limit)
{
    private int _sent;

    /// <summary>Gets a value that indicates whether an earlier attempt may have taken effect.</summary>
    public bool WasRepeated => Volatile.Read(ref _sent) > 1;

    /// <summary>Counts an attempt.</summary>
    /// <exception cref="StorageUnavailableException">The request may not be sent again.</exception>
    public void Add()
    {
        if (Interlocked.Increment(ref _sent) > limit)
        {
            throw new StorageUnavailableException($"The answer of the service to a write in {AzureBlobImageProvider.ProviderName} was lost or refused, and the write must not be sent twice. Whether the write had its effect is unknown. Try again later.")
            {
                Provider = AzureBlobImageProvider.ProviderName,
            };
        }
    }
}
