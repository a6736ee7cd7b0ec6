namespace ImageStorage.Providers;

/// <summary>
/// Represents a signed address for reading one image, valid for every client that has the address.
/// <see cref="ToString"/> does not show the address.
/// </summary>
public sealed record SignedReadUrl
{
    /// <summary>Gets the address with its signature.</summary>
    public required Uri Url { get; init; }

    /// <summary>Gets the time at which the address stops being valid.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Returns the end of the validity, without the address.</summary>
    public override string ToString() => $"SignedReadUrl (until {ExpiresAt:u})";
}
