using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>Content with a sound header, and what the content says about the image.</summary>
internal sealed record FormatSample(string Name, ImageFormat Format, byte[] Content, ImageHeader Header, ImageOrientation? Orientation = null, int? FrameCount = 1)
{
    public override string ToString() => Name;
}
