namespace ImageStorage.Providers;

/// <summary>Receives damage that is found while an application reads a stream.</summary>
internal interface IDamageObserver
{
    /// <summary>Reports damage of an image; the key is null if the stream does not know the image.</summary>
    void OnDamage(ImageKey? key, StorageCorruptedException damage);
}
