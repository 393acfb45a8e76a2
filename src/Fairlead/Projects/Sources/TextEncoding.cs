namespace Fairlead.Projects.Sources;

/// <summary>How the signs of a text file are written as bytes.</summary>
public enum TextEncoding
{
    /// <summary>UTF-8, with or without a byte order mark.</summary>
    Utf8,

    /// <summary>UTF-16, the low byte first.</summary>
    Utf16Low,

    /// <summary>UTF-16, the high byte first.</summary>
    Utf16High,

    /// <summary>Windows-1252, the Western code page: Latin-1 with more signs at 0x80 to 0x9F.</summary>
    Windows1252,

    /// <summary>ISO 8859-1: each byte is the sign of that number.</summary>
    Latin1,
}
