namespace ImageStorage.Coordination;

/// <summary>The ability of a provider that is composed of several providers to find out at start whether they belong together.</summary>
internal interface IStartCheck
{
    /// <summary>Verifies the parts that answer.</summary>
    /// <returns>Why a part could not be verified, or null. It is verified before its first use.</returns>
    /// <exception cref="ImageStorageException">The parts do not belong together; the message has the remedy.</exception>
    Task<StorageUnavailableException?> CheckAtStartAsync(CancellationToken cancellationToken);
}
