using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>The ability of a composed provider to check at start whether its parts belong together.</summary>
[TransparentAbility]
internal interface IStartCheck
{
    /// <summary>Verifies the parts that answer.</summary>
    /// <returns>The reason why a part could not be verified, or <see langword="null"/>. The part is verified before its
    /// first use.</returns>
    /// <exception cref="ImageStorageException">The parts do not belong together. The message says what to
    /// do.</exception>
    Task<StorageUnavailableException?> CheckAtStartAsync(CancellationToken cancellationToken);
}
