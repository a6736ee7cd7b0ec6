namespace ImageStorage.Tool.Stores;

/// <summary>The limits of the command line; null for the defaults of the library.</summary>
internal sealed record IntakeLimits(long? MaxPixels, long? MaxLength, long? MaxHeaderLength)
{
    public void Apply(ValidationOptions options)
    {
        options.MaxPixels = MaxPixels ?? options.MaxPixels;
        options.MaxLength = MaxLength ?? options.MaxLength;
        options.MaxHeaderLength = (int)Math.Min(MaxHeaderLength ?? options.MaxHeaderLength, int.MaxValue);
    }
}
