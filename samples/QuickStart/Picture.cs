using ImageStorage;

namespace QuickStart;

/// <summary>A picture to store.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Key">Its key in the store.</param>
/// <param name="Open">Opens its bytes.</param>
internal sealed record Picture(string Name, ImageKey Key, Func<Stream> Open)
{
    public string FileName => Path.GetFileName(Name);
}
