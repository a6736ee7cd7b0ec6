namespace ImageStorage;

/// <summary>Whether small images are kept in the container's <c>IDistributedCache</c>, too, such as Redis.</summary>
public sealed class DistributedTierOptions
{
    /// <summary>Is the tier used? Not unless said so. The container must have an <c>IDistributedCache</c> then.</summary>
    public bool Enabled { get; set; }

    /// <summary>The most bytes of an image that is kept there; 1 MiB unless said otherwise.</summary>
    public long MaxItemBytes { get; set; } = 1 << 20;

    /// <summary>How long one call of it may take; a quarter of a second unless said otherwise. What takes longer is a failure, and the provider is asked.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>What the names of the entries begin with; <c>imagestorage</c> unless said otherwise.</summary>
    public string Prefix { get; set; } = "imagestorage";
}
