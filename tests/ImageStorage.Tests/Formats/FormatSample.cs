using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>Content with a sound header, and the expected header.</summary>
internal sealed record FormatSample(string Name, ImageFormat Format, byte[] Content, ImageHeader Header)
{
    public override string ToString() => Name;
}
