using System.Globalization;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>Creates names for files and images, spread over a few folders like in an application.</summary>
internal static class Names
{
    private const int FolderCount = 16;
    private static int _count;

    /// <summary>Gets the folders of the names.</summary>
    public static IEnumerable<string> Folders => Enumerable.Range(0, FolderCount).Select(Folder);

    /// <summary>Returns an unused name, such as <c>users/07/0199….png</c>.</summary>
    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{Folder(Interlocked.Increment(ref _count) % FolderCount)}/{Guid.CreateVersion7():N}.png");

    private static string Folder(int number) => string.Create(CultureInfo.InvariantCulture, $"users/{number:x2}");
}
