using ImageStorage;

namespace QuickStart;

/// <summary>A picture to store.</summary>
/// <param name="Key">Its name in the store.</param>
/// <param name="FileName">The name of its file.</param>
/// <param name="Open">Opens its bytes.</param>
internal sealed record Picture(ImageKey Key, string FileName, Func<Stream> Open);
