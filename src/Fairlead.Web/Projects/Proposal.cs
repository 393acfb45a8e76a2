using System.Security.Cryptography;
using System.Text;
using Fairlead.Projects;

namespace Fairlead.Web.Projects;

/// <summary>Names exactly what a diff showed.</summary>
internal static class Proposal
{
    public static string Hash(IReadOnlyList<ProposedFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            foreach (var part in new[] { file.Path, file.Before ?? "\0", file.After })
            {
                text.Append(part.Length).Append(':').Append(part);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
