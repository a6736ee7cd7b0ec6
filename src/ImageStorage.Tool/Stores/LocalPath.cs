namespace ImageStorage.Tool.Stores;

/// <summary>The path behind the colon of a store URI.</summary>
internal static class LocalPath
{
    public static string Of(string location)
    {
        // A shell leaves the ~ of file:~/images alone, and nobody wants a folder named ~.
        if (location == "~" || location.StartsWith("~/", StringComparison.Ordinal))
        {
            location = Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), location[1..]);
        }

        // file:///srv/images is how URLs name /srv/images, and file:///C:/images is how they name C:/images.
        if (location.StartsWith("///", StringComparison.Ordinal))
        {
            location = OperatingSystem.IsWindows() ? location[3..] : location[2..];
        }

        return Path.GetFullPath(location);
    }
}
