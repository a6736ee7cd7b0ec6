namespace ImageStorage.Providers;

/// <summary>Receives damage that is found while an application reads a stream.</summary>
internal interface IDamageObserver
{
    /// <summary>Reports damage of an image.</summary>
    void OnDamage(ImageKey key, StorageCorruptedException damage);
}
