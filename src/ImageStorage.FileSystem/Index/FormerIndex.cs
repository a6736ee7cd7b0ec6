using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The index of the first layout: an empty file for each image, in a tree of folders. Nothing reads it any more.</summary>
internal static class FormerIndex
{
    /// <summary>Deletes what is left of it.</summary>
    public static void Remove(IVolume volume, string folder)
    {
        var files = new List<string>();
        var folders = new List<string>();
        if (!volume.VisitDirectory(folder, (name, isDirectory) => (isDirectory ? folders : files).Add($"{folder}/{name}")))
        {
            return;
        }

        files.ForEach(file => volume.DeleteFile(file));
        folders.ForEach(inner => Remove(volume, inner));
        volume.DeleteDirectoryIfEmpty(folder);
    }
}
