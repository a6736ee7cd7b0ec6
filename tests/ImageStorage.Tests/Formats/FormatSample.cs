using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>A sound image, or at least a sound header, with what it says.</summary>
internal sealed record FormatSample(string Name, ImageFormat Format, byte[] Content, ImageHeader Header)
{
    public override string ToString() => Name;
}
